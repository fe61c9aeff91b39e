import type { VNode } from 'preact';
import type { Routes } from '../../../../src/wire/index.ts';
import { Nothing } from '../../parts/panel.tsx';
import { PageHead } from '../../shell/page-head.tsx';
import { screens } from '../../state/app-state.ts';
import { finished } from '../overview/latency-panel.tsx';
import { RouteCardPanel } from './route-card.tsx';
import { RouterPanels } from './router-panels.tsx';
import '../../style/screens.css';

/** A card for each route, and how each router decides. */
export function RoutesScreen(): VNode {
  const routes = screens.value.routes;
  return (
    <>
      <PageHead title="Routes" period={routes?.period} />
      {routes === undefined ? <div class="still" /> : <Content routes={routes} />}
    </>
  );
}

function Content({ routes }: { readonly routes: Routes }): VNode {
  const slowest = Math.max(0, ...routes.cards.flatMap(({ p95Ms }) => finished(p95Ms).map((ms) => ms ?? 0)));
  if (routes.cards.length === 0)
    return <Nothing height={200}>No model has been called in this range. The first call adds a card.</Nothing>;
  return (
    <div class="stack">
      <div class="cards">
        {routes.cards.map((card) => (
          <RouteCardPanel key={card.route} card={card} top={slowest} />
        ))}
      </div>
      {routes.routers.map((router) => (
        <RouterPanels key={router.name} router={router} isOnly={routes.routers.length === 1} />
      ))}
    </div>
  );
}
