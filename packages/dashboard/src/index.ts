export { type DashboardHandler, dashboard } from './dashboard.ts';
export { type DashboardListener, type DashboardListenerOptions, dashboardListener } from './dashboard-listener.ts';
export { type OpenDashboardOptions, openDashboard } from './open-dashboard.ts';
export type { DashboardOptions } from './options.ts';
export type { RunningDashboard, ServeOptions } from './serve.ts';
export { type StartDashboardOptions, startDashboard } from './start-dashboard.ts';
