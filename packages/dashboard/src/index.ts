export type { Screens, StateEvent, Status } from './wire/index.ts';
