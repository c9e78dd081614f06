// The pictures beside the slide: which there are, and the one that the user asked to see. It may show a name, so it is read
// on request only, lives in memory until it is hidden or the slide goes, and is neither kept nor exported.

import { isAbort } from '../../lib/abort.ts';
import { isFailure } from '../../lib/failure.ts';
import { Latest } from '../../lib/latest.ts';
import { type AppContext, asFailure, carryOut } from '../app-context.ts';
import type { AssociatedState } from '../app-state.ts';
import type { Slides } from './slides.ts';

export interface Associated {
  show(index: number): void;
  hide(): void;
}

const nothingBeside: AssociatedState = { status: 'hidden' };

export function createAssociated({ store, pixels }: AppContext, slides: Slides): Associated {
  const reading = new Latest('associated');
  const set = (associated: AssociatedState) => store.setState({ associated });
  return {
    show(index) {
      const { handle } = slides.need();
      const read = reading.run(async (signal) => {
        set({ status: 'reading', index });
        try {
          const picture = await pixels.call('associated', { handle, index }, { signal });
          set({ status: 'shown', index, picture });
        } catch (error) {
          if (!signal.aborted) set(nothingBeside);
          throw isAbort(error) || isFailure(error) ? error : asFailure(error);
        }
      });
      carryOut(store, read);
    },
    hide() {
      reading.abort();
      set(nothingBeside);
    },
  };
}
