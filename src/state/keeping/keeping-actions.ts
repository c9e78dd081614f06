// What a user decides about hosts and about what this browser keeps. keeping.ts loads when it is first wanted.

import type { AppActions } from '../app-actions.ts';
import { type AppContext, actingOn } from '../app-context.ts';

export type KeepingActions = Pick<
  AppActions,
  'reload' | 'allowHost' | 'refuseHost' | 'takeHostBack' | 'refreshStored' | 'forgetEverything'
>;

/** `beforeForgetting`: whoever stores something stops. */
export function createKeepingActions(context: AppContext, beforeForgetting: () => Promise<void>): KeepingActions {
  const { store } = context;
  const act = actingOn(store);
  const keeping = () => import('./keeping.ts');
  return {
    reload: () => act(async () => (await keeping()).reload(context)),
    allowHost: () => act(async () => (await keeping()).allowHost(context)),
    refuseHost: () => store.setState({ hostRequest: null }),
    takeHostBack: (host) => act(async () => (await keeping()).takeHostBack(context, host)),
    refreshStored: () => act(async () => (await keeping()).refreshStored(context)),
    forgetEverything: () =>
      act(async () => {
        await beforeForgetting();
        await (await keeping()).forgetEverything(context);
      }),
  };
}
