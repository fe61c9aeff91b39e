import { afterEach, describe, expect, it, vi } from 'vitest';
import { prometheusPrograms } from './prometheus-programs.ts';

describe('prometheusPrograms', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it('says loudly what to install where a program cannot be had', () => {
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    vi.stubEnv('PATH', '');
    vi.stubEnv('REQUIRE_SERVICES', '');
    expect(prometheusPrograms()).toBeUndefined();
    expect(written).toHaveBeenCalledWith(expect.stringContaining('apt-get install prometheus prometheus-alertmanager'));
  });

  it('is required where services are', () => {
    vi.stubEnv('PATH', '');
    vi.stubEnv('REQUIRE_SERVICES', '1');
    expect(prometheusPrograms).toThrow('Prometheus or Alertmanager is missing');
  });
});
