import { measureFetch } from './fetch-adapter.ts';
console.table((await measureFetch()).map(({ name, workNs, otherNs, ratio, allowedRatio }) => ({ name, us: workNs / 1000, bareUs: otherNs / 1000, ratio, allowedRatio })));
