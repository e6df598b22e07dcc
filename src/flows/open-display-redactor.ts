import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { KaizenError } from '../base/errors.ts';
import { openRedactor, type Redactor } from '../sessions/redact.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The redactor for a session that is shown. Inside a clone it is the clone's own, so that marks can be compared and
 * reviewed values stay; elsewhere, or where no key can be kept, that of `openPassingRedactor`.
 */
export async function openDisplayRedactor(cwd: string, env: Environment): Promise<Redactor> {
  const { openRepository } = await import('../io/repository.ts');
  const repository = await openRepository(cwd);
  if (repository.git) {
    try {
      const { openRepoRedactor } = await import('./open-redactor.ts');
      return await openRepoRedactor(repository, env);
    } catch (error) {
      if (!(error instanceof KaizenError) || error.code !== 'cannot_write') throw error;
    }
  }
  return openPassingRedactor(env);
}

/** A redactor whose key lasts for this run, for names in a list: it asks Git nothing and makes no files. */
export function openPassingRedactor(env: Environment): Redactor {
  return openRedactor({
    key: env.KAIZEN_REDACTION_KEY || randomBytes(32).toString('hex'),
    home: env.HOME ?? env.USERPROFILE,
    user: env.USER ?? env.LOGNAME ?? env.USERNAME,
    host: hostname().split('.')[0],
  });
}
