import { countField, field, listOf } from '../../fields.ts';

/** What the tools of a response cost beside its tokens. */
export interface ToolUse {
  /** Calls that are billed one by one; undefined if there are no such calls. */
  readonly toolCalls: Readonly<Record<string, number>> | undefined;
  /** Whether a tool used a model of its own, which is billed by its own tokens. */
  readonly hasUnlistedParts: boolean;
}

/** What a provider bills for the tools that it ran, by the items of the output and by what the response says of its tools. */
export function toolUseOf(response: unknown, output: readonly unknown[]): ToolUse {
  const used = field(response, 'tool_usage');
  const calls: Record<string, number> = {
    [searchTool(response)]: Math.max(
      count(output, (item) => isCallOf(item, 'web_search_call') && isSearch(item)),
      countField(field(used, 'web_search'), 'num_requests') ?? 0,
    ),
    file_search: count(output, (item) => isCallOf(item, 'file_search_call')),
    code_interpreter: containersIn(output),
  };
  const told = Object.entries(calls).filter(([, times]) => times > 0);
  const imageTokens = countField(field(used, 'image_gen'), 'total_tokens') ?? 0;
  return {
    toolCalls: told.length === 0 ? undefined : Object.fromEntries(told),
    hasUnlistedParts: imageTokens > 0 || output.some((item) => isCallOf(item, 'image_generation_call')),
  };
}

/** The older search tool has prices of its own. */
function searchTool(response: unknown): string {
  const types = listOf(field(response, 'tools')).map((tool) => String(field(tool, 'type')));
  return types.some((type) => type.startsWith('web_search_preview')) ? 'web_search_preview' : 'web_search';
}

/** Opening a page that a search found is not billed. */
function isSearch(call: unknown): boolean {
  const action = field(field(call, 'action'), 'type');
  return action === undefined || action === 'search';
}

function isCallOf(item: unknown, type: string): boolean {
  return field(item, 'type') === type && field(item, 'status') !== 'failed';
}

/** Code runs in containers, which are billed one by one. */
function containersIn(output: readonly unknown[]): number {
  const calls = output.filter((item) => isCallOf(item, 'code_interpreter_call'));
  return new Set(calls.map((call) => field(call, 'container_id'))).size;
}

function count(items: readonly unknown[], matches: (item: unknown) => boolean): number {
  return items.reduce<number>((sum, item) => sum + Number(matches(item)), 0);
}
