// How the tour begins: on the phantom, with its model, and not offered again.

import { useActions, useAppState, useDialog, useTour } from '../app-context.tsx';
import { shownSlide, usedModel } from '../selectors.ts';
import { rememberTour } from './tour-seen.ts';

const phantom = 'phantom';

export function useStartTour(): () => void {
  const { openSlide, loadModel } = useActions();
  const { showDialog } = useDialog();
  const { setTouring } = useTour();
  const isSlideOpen = useAppState((state) => shownSlide(state)?.info.id === phantom);
  const isModelUsed = useAppState((state) => usedModel(state)?.id === phantom);
  return () => {
    rememberTour();
    showDialog(null);
    if (!isSlideOpen) openSlide(phantom);
    if (!isModelUsed) loadModel(phantom);
    setTouring(true);
  };
}
