// How components reach the store, the actions and the few things of the page itself that several of them share.

import { createContext, type ReactNode, type RefObject, useContext, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { App, AppActions } from '../state/app-actions.ts';
import type { AppState } from '../state/app-state.ts';
import { cssClassColours } from './layers/class-colours.ts';
import { usedModel } from './selectors.ts';

export type DialogName = 'slide' | 'scale' | 'help' | 'privacy' | 'work' | 'picture' | 'models' | 'explain';

interface Shared {
  readonly app: App;
  /** Where the viewer is mounted. */
  readonly viewerPlace: RefObject<HTMLDivElement | null>;
  readonly dialog: DialogName | null;
  readonly showDialog: (name: DialogName | null) => void;
  readonly isTouring: boolean;
  readonly setTouring: (touring: boolean) => void;
}

const SharedContext = createContext<Shared | null>(null);

export function AppProvider({ app, children }: { readonly app: App; readonly children: ReactNode }) {
  const viewerPlace = useRef<HTMLDivElement>(null);
  const [dialog, showDialog] = useState<DialogName | null>(null);
  const [isTouring, setTouring] = useState(false);
  const shared = useMemo(
    () => ({ app, viewerPlace, dialog, showDialog, isTouring, setTouring }),
    [app, dialog, isTouring],
  );
  return <SharedContext value={shared}>{children}</SharedContext>;
}

function useShared(): Shared {
  const shared = useContext(SharedContext);
  if (shared === null) throw new Error('Components of the interface live inside AppProvider.');
  return shared;
}

/** A part of the state; the component renders again only when that part changes. */
export function useAppState<Part>(select: (state: AppState) => Part): Part {
  return useStore(useShared().app.store, select);
}

/** The colours of the used model's classes as they are painted, "#rrggbb"; none without a model. */
export function useClassColours(): readonly string[] {
  const model = useAppState(usedModel);
  const style = useAppState((state) => state.layer.style);
  return useMemo(() => (model === null ? [] : cssClassColours(model, style)), [model, style]);
}

export function useActions(): AppActions {
  return useShared().app.actions;
}

export function useViewerPlace(): RefObject<HTMLDivElement | null> {
  return useShared().viewerPlace;
}

export function useDialog(): Pick<Shared, 'dialog' | 'showDialog'> {
  return useShared();
}

export function useTour(): Pick<Shared, 'isTouring' | 'setTouring'> {
  return useShared();
}
