import { KaizenError } from '../base/errors.ts';

/** Another command can be first this many times; each time it got on, so this ends. */
const mostAttempts = 30;

/** Does `work` (read, decide, write) anew while another command wrote between its reading and its writing. */
export async function untilApplied<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const isOvertaken = error instanceof KaizenError && error.code === 'changed_meanwhile';
      if (!isOvertaken || attempt >= mostAttempts) throw error;
    }
  }
}
