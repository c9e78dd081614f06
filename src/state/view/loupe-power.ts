// How many times larger the loupe shows the slide than the view does. By itself: the interface names the magnification.

export const loupeEnlarges = 4;
