// Runs the tests as on other machines: npm run test:anywhere -- [NAME ...] [files or options of Vitest]
import { runTests } from './test-run.ts';

interface Place {
  readonly env?: Readonly<Record<string, string>>;
  readonly umask?: number;
}

const PLACES: Readonly<Record<string, Place>> = {
  kathmandu: { env: { TZ: 'Asia/Kathmandu' } },
  turkish: { env: { LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' } },
  umask: { umask: 0o077 },
  production: { env: { NODE_ENV: 'production' } },
  otel: {
    env: {
      OTEL_SDK_DISABLED: 'true',
      OTEL_TRACES_SAMPLER: 'always_off',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,deployment.environment=other',
      OTEL_SERVICE_NAME: 'other',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_ATTRIBUTE_COUNT_LIMIT: '1',
    },
  },
  redis: { env: { REDIS_URL: 'redis://:secret@127.0.0.1:1/5' } },
  home: { env: { HOME: '/dev/null/home' } }, // no user can write there, not even root
};

const given = process.argv.slice(2);
const chosen = given.filter((name) => name in PLACES);
const parameters = given.filter((name) => !(name in PLACES));
const ownMask = process.umask();
for (const name of chosen.length > 0 ? chosen : Object.keys(PLACES)) {
  const { env = {}, umask = ownMask } = PLACES[name] as Place;
  process.umask(umask);
  if (!(await runTests({ title: name, env, parameters }))) process.exitCode = 1;
}
