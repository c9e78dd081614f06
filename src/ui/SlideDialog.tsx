// The dialog in which another slide is chosen.

import { useDialog } from './app-context.tsx';
import { Dialog } from './Dialog.tsx';
import { SlidePicker } from './SlidePicker.tsx';
import { strings } from './strings.ts';

export function SlideDialog() {
  const { showDialog } = useDialog();
  return (
    <Dialog title={strings.slide.openTitle} onClose={() => showDialog(null)}>
      <SlidePicker onChosen={() => showDialog(null)} />
    </Dialog>
  );
}
