// While something is drawn on the slide: what to do, and a way to end it without a key.

import { useActions, useAppState } from '../app-context.tsx';
import { panelStrings } from '../strings/panel-strings.ts';

export function DrawingHint() {
  const { drawRegion, finishRegion } = useActions();
  const isRunRectangle = useAppState((state) => state.drawingRegion);
  const tool = useAppState((state) => state.regions.tool);
  const words = panelStrings.regions;
  if (isRunRectangle) return <p className="drawing-hint">{panelStrings.run.drawing}</p>;
  if (tool === null) return null;
  return (
    <div className="drawing-hint">
      <p role="status">{words.hints[tool]}</p>
      {tool === 'polygon' && (
        <button type="button" onClick={finishRegion}>
          {words.finish}
        </button>
      )}
      <button type="button" onClick={() => drawRegion(null)}>
        {words.giveUp}
      </button>
    </div>
  );
}
