// A button with a picture instead of words; its name is its tooltip too.

import { Icon, type IconName } from './Icon.tsx';

interface IconButtonProps {
  readonly icon: IconName;
  readonly name: string;
  readonly pressed?: boolean;
  readonly onClick: () => void;
}

export function IconButton({ icon, name, pressed, onClick }: IconButtonProps) {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={name}
      title={name}
      aria-pressed={pressed}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
