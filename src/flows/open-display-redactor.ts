import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { KaizenError } from '../base/errors.ts';
import { openRedactor, type Redactor } from '../sessions/redact.ts';

/**
 * The redactor for what is only shown. Inside a clone it is the clone's own, so that marks can be compared; elsewhere,
 * or where no key can be kept, its key lasts for this run: looking at a transcript makes no files in a plain folder.
 */
export async function openDisplayRedactor(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Redactor> {
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
  return openRedactor({
    key: env.KAIZEN_REDACTION_KEY || randomBytes(32).toString('hex'),
    home: env.HOME ?? env.USERPROFILE,
    user: env.USER ?? env.LOGNAME ?? env.USERNAME,
    host: hostname().split('.')[0],
  });
}
