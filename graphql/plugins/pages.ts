import { ConstantStep, constant, lambda, type Step } from 'postgraphile/grafast';
import { LIMITS } from '../server/limits.ts';

/** Up to here `totalCount` counts: a look at a page must not read ten million rows. */
export const MOST_COUNTED = 10_000;

/** `first` where neither it nor `last` is given, also by a variable that is left out. */
function pageSize(first: unknown, last: unknown): number | null {
  return (first as number | null | undefined) ?? (last == null ? LIMITS.defaultPageSize : null);
}

/** Lists have a size where none is asked for, and are counted to a limit. */
export const PagesPlugin: GraphileConfig.Plugin = {
  name: 'PgwavePagesPlugin',
  version: '0.0.0',
  schema: {
    hooks: {
      GraphQLObjectType_fields_field(field, _build, { scope }) {
        if (scope.isPgConnectionTotalCountField) {
          return {
            ...field,
            description: `How many there are, counted to ${MOST_COUNTED}: that number means so many or more.`,
            // biome-ignore lint/suspicious/noExplicitAny: a connection of PostGraphile, whose steps have no common type
            plan($connection: any) {
              const $rows = $connection.cloneSubplanWithoutPagination();
              // It is no page: a clone of the same mode keeps where the page begins and ends.
              const page = [
                'afterStepId',
                'beforeStepId',
                'firstStepId',
                'lastStepId',
                'offsetStepId',
              ];
              for (const step of page) $rows[step] = null;
              $rows.setFirst(constant(MOST_COUNTED));
              return lambda($rows.items(), (rows) => (rows as unknown[]).length);
            },
          };
        }
        const { plan } = field;
        if (!scope.isPgFieldConnection || plan === undefined) return field;
        return {
          ...field,
          // biome-ignore lint/suspicious/noExplicitAny: as above
          plan($parent: any, args: any, info: any) {
            // biome-ignore lint/suspicious/noExplicitAny: as above
            const $connection = (plan as any)($parent, args, info);
            const [$first, $last]: Step[] = [args.getRaw('first'), lastOf(args)];
            $connection.setFirst(
              $first instanceof ConstantStep && $last instanceof ConstantStep
                ? constant(pageSize($first.data, $last.data))
                : lambda([$first, $last] as never, ([first, last]: unknown[]) =>
                    pageSize(first, last),
                  ),
            );
            return $connection;
          },
        };
      },
      GraphQLObjectType_fields_field_args_arg(arg, _build, { scope }) {
        if (!scope.isPgFieldConnection || scope.argName !== 'first') return arg;
        const { applyPlan: _replaced, ...rest } = arg;
        return {
          ...rest,
          description: `Maximum number of items; ${LIMITS.defaultPageSize} if neither this nor \`last\` is given, at most ${LIMITS.pageSize}.`,
        };
      },
    },
  },
};

/** The argument `last`, where the list can be read backwards. */
// biome-ignore lint/suspicious/noExplicitAny: as above
function lastOf(args: any): Step {
  return '$last' in args ? args.getRaw('last') : constant(undefined);
}
