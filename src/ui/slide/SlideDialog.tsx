// The dialog in which another slide is chosen.

import { useDialog } from '../app-context.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { strings } from '../strings/strings.ts';
import { SlidePicker } from './SlidePicker.tsx';

export function SlideDialog() {
  const { showDialog } = useDialog();
  return (
    <Dialog title={strings.slide.openTitle} onClose={() => showDialog(null)}>
      <SlidePicker onChosen={() => showDialog(null)} />
    </Dialog>
  );
}
