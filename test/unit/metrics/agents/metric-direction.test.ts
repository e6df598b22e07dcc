import { describe, expect, it } from 'vitest';
import { assumedDirection } from '../../../../src/metrics/agents/metric-direction.ts';

describe('assumedDirection', () => {
  it.each(['cycle_time_s', 'lead_time', 'duration_hours', 'cost', 'spent_usd', 'errors', 'TOKENS'])(
    '%s is better lower',
    (name) => expect(assumedDirection(name)).toBe('lower'),
  );

  it.each(['test_pass_rate', 'uptime', 'documents', 'quality', 'errors_fixed'])(
    '%s is better higher',
    (name) => expect(assumedDirection(name)).toBe('higher'),
  );
});
