import './environment.ts';
import 'postgraphile';
import 'postgraphile/grafserv/node'; // the types of requestContext.node and .ws
import { PgSimplifyInflectionPreset } from '@graphile/simplify-inflection';
import type pg from 'pg';
import { makePgService } from 'postgraphile/adaptors/pg';
import type { GraphQLError } from 'postgraphile/graphql';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { pgSmartTagsFromFile } from 'postgraphile/utils';
import { PostGraphileConnectionFilterPreset } from 'postgraphile-plugin-connection-filter';
import { type Caller, settingsOf } from '../src/client/caller.ts';
import { projectPath } from '../src/project-root.ts';
import { createErrorMask } from './mask-error.ts';
import { DescriptionsPlugin } from './plugins/descriptions.ts';
import { ExposurePlugin } from './plugins/exposure.ts';
import { NumbersPlugin } from './plugins/numbers.ts';
import { PagesPlugin } from './plugins/pages.ts';
import { SubscriptionsPlugin } from './plugins/subscriptions.ts';

declare global {
  namespace Grafast {
    interface RequestContext {
      /** Who asks, where the server knows it before the request: a WebSocket's. */
      pgwaveCaller?: Caller;
    }
  }
}

/**
 * The GraphQL schema of a pgwave database: the schema `pgwave`, read through tables and views, written through functions.
 * The pool stays the caller's: end it after the server or the schema is released.
 */
export function createPreset(
  pool: pg.Pool,
  options: {
    callerOf?: (context: Partial<Grafast.RequestContext>) => Caller | undefined;
    maskError?: (error: GraphQLError) => GraphQLError;
  } = {},
): GraphileConfig.Preset {
  return {
    extends: [
      PostGraphileAmberPreset,
      PgSimplifyInflectionPreset,
      PostGraphileConnectionFilterPreset,
    ],
    // Lists are narrowed by `filter`; the older `condition` would take the name of the enum BranchCondition.
    // A filter over rows that refer to a row reads all of them; the other way round it is one look-up.
    disablePlugins: [
      'PgConditionArgumentPlugin',
      'PgConditionCustomFieldsPlugin',
      'PgConnectionArgFilterBackwardRelationsPlugin',
    ],
    plugins: [
      pgSmartTagsFromFile(projectPath('graphql', 'tags.json5')),
      ExposurePlugin,
      SubscriptionsPlugin,
      NumbersPlugin,
      PagesPlugin,
      DescriptionsPlugin,
    ],
    pgServices: [
      makePgService({
        pool,
        schemas: ['pgwave'],
        // The catalogue is read once, at the start: the limit of requests is not for it.
        pgSettingsForIntrospection: { statement_timeout: '60s' },
      }),
    ],
    schema: {
      dontSwallowErrors: true,
      // Tables are written through functions only.
      defaultBehavior: '-resource:insert -resource:update -resource:delete',
    },
    grafserv: { maskError: options.maskError ?? createErrorMask(() => {}) },
    grafast: {
      explain: false,
      timeouts: { planning: 2_000, execution: 15_000 },
      context(requestContext, args) {
        const caller = requestContext.pgwaveCaller ?? options.callerOf?.(requestContext);
        return {
          ...(args as { contextValue?: object }).contextValue,
          ...(caller && { pgSettings: settingsOf(caller) }),
        };
      },
    },
  };
}
