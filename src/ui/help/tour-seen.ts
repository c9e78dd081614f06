// Whether the tour was taken or turned down in this browser. Where nothing can be kept it is offered again.

const key = 'concentric-tour';

export function wasTourSeen(): boolean {
  try {
    return localStorage.getItem(key) !== null;
  } catch {
    return false;
  }
}

export function rememberTour(): void {
  try {
    localStorage.setItem(key, 'seen');
  } catch {
    // A browser that keeps nothing.
  }
}
