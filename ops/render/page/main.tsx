import { createTheme, type DataFrame, type GrafanaTheme2, ThemeContext } from '@grafana/data';
import { GlobalStyles, PortalContainer } from '@grafana/ui';
import { Component, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { MemoryRouter } from 'react-router-dom';
import { registerFieldConfig } from './field-config.ts';
import { framesOf, type Panel, type Range } from './frames.ts';
import { PanelView } from './panel-view.tsx';

/** What the server puts into the page. */
interface Shown {
  readonly title: string;
  readonly description: string;
  readonly panels: readonly Panel[];
  readonly range: Range;
}

/** As Grafana's grid: cells of 30 pixels with 8 between them. */
const CELL = 30;
const GAP = 8;
const WIDTH = innerWidth - 2 * GAP;

/** What a panel throws is shown in its place, and said on the console, where the caller looks for it. */
class Boundary extends Component<{ readonly name: string; readonly children: ReactNode }, { readonly error?: Error }> {
  override state: { readonly error?: Error } = {};

  static getDerivedStateFromError(error: Error): { readonly error: Error } {
    return { error };
  }

  override render(): ReactNode {
    return this.state.error ? `${this.props.name}: ${this.state.error.message}` : this.props.children;
  }
}

function Board({
  shown,
  frames,
  theme,
}: {
  shown: Shown;
  frames: readonly DataFrame[][];
  theme: GrafanaTheme2;
}): ReactNode {
  const bottom = Math.max(...shown.panels.map(({ gridPos: { y, h } }) => y + h));
  return (
    <div style={{ position: 'relative', margin: GAP, height: 64 + bottom * (CELL + GAP) }}>
      <h2 style={{ margin: 0 }}>{shown.title}</h2>
      <p style={{ color: theme.colors.text.secondary, margin: 0 }}>{shown.description}</p>
      {shown.panels.map((panel, index) => {
        const { x, y, w, h } = panel.gridPos;
        const place = { position: 'absolute', left: (x * WIDTH) / 24, top: 56 + y * (CELL + GAP) } as const;
        const size = { width: (w * WIDTH) / 24 - GAP, height: h * (CELL + GAP) - GAP };
        return (
          <div key={panel.id} data-kind={panel.type} style={{ ...place, ...size }}>
            {panel.type === 'row' ? (
              <h4 style={{ margin: 0, lineHeight: `${CELL}px` }}>{panel.title}</h4>
            ) : (
              <Boundary name={panel.title}>
                <PanelView {...{ panel, theme, ...size }} frames={frames[index] ?? []} range={shown.range} />
              </Boundary>
            )}
          </div>
        );
      })}
    </div>
  );
}

const theme = createTheme({ colors: { mode: 'dark' } });
registerFieldConfig();
const shown: Shown = await (await fetch(`/board${location.search}`)).json();
const frames = await Promise.all(shown.panels.map((panel) => framesOf(panel, shown.range)));
document.body.style.background = theme.colors.background.canvas;
createRoot(document.getElementById('root') as HTMLElement).render(
  <MemoryRouter>
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <Board shown={shown} frames={frames} theme={theme} />
      <PortalContainer />
    </ThemeContext.Provider>
  </MemoryRouter>,
);
document.body.dataset['drawn'] = 'true';
