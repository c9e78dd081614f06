// Messages in words, beside the slide until the user dismisses them. Two live regions that are always there: errors
// interrupt a screen reader, the rest waits.

import type { Notice } from '../state/app-state.ts';
import { useActions, useAppState } from './app-context.tsx';
import { Icon } from './parts/Icon.tsx';
import { strings } from './strings/strings.ts';

export function Notices() {
  const notices = useAppState((state) => state.notices);
  return (
    <div className="notices">
      <div role="alert" aria-label={strings.notices.errors}>
        {notices.filter(({ kind }) => kind === 'error').map(renderNotice)}
      </div>
      <div role="status" aria-label={strings.notices.messages}>
        {notices.filter(({ kind }) => kind !== 'error').map(renderNotice)}
      </div>
    </div>
  );
}

function renderNotice(notice: Notice) {
  return <NoticeCard key={notice.id} notice={notice} />;
}

function NoticeCard({ notice: { id, kind, message, action } }: { readonly notice: Notice }) {
  const { dismissNotice, reload, openWork } = useActions();
  return (
    <div className={`notice notice-${kind}`}>
      <p>
        <strong>{strings.notices[kind]}</strong> {message}
      </p>
      {action === 'reload' && (
        <button type="button" onClick={reload}>
          {strings.notices.reload}
        </button>
      )}
      {typeof action === 'object' && (
        <button
          type="button"
          onClick={() => {
            dismissNotice(id);
            openWork(action.openWork);
          }}
        >
          {strings.notices.openWork}
        </button>
      )}
      <button type="button" className="icon-button" aria-label={strings.dismiss} onClick={() => dismissNotice(id)}>
        <Icon name="close" />
      </button>
    </div>
  );
}
