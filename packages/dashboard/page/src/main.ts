import './style/tokens.css';
import 'uplot/dist/uPlot.min.css';
import './style/base.css';
import './style/shell.css';
import './style/panel.css';
import './style/table.css';
import './style/overview.css';
import './style/charts.css';
import './style/states.css';
import './style/widths.css';
import { followTheme } from './state/theme.ts';

followTheme();
const loading = import('./start.tsx');

/** The bar at the top, which is in the HTML, is painted first; a page in the background paints no frame. */
await new Promise((resolve) => {
  requestAnimationFrame(() => setTimeout(resolve));
  setTimeout(resolve, 100);
});
(await loading).start();
