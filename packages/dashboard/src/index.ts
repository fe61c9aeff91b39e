export { type DashboardHandler, dashboard } from './dashboard.ts';
export { type DashboardListener, type DashboardListenerOptions, dashboardListener } from './dashboard-listener.ts';
export type { DashboardOptions } from './options.ts';
export { type RunningDashboard, type StartDashboardOptions, startDashboard } from './start-dashboard.ts';
