import { z } from 'zod';
import { isObject } from '../base/is-object.ts';
import { Config } from './config.ts';

/** JSON Schema (draft 2020-12) of `.kaizen/config.yml`, for editors and for the README: every key with its default. */
export function configJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(Config, { io: 'output' });
  return { $schema, title: '.kaizen/config.yml', ...withoutRequired(schema) };
}

/** Every key has a default, so none is required of the person who writes the file. */
function withoutRequired(schema: Record<string, unknown>): Record<string, unknown> {
  const kept = Object.entries(schema).filter(([key]) => key !== 'required');
  return Object.fromEntries(
    kept.map(([key, value]) => [key, isObject(value) ? withoutRequired(value) : value]),
  );
}
