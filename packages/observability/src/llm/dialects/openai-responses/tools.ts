import { countField, field, fieldAt, listOf } from '../../fields.ts';

/** What the tools of a response cost beside its tokens. */
export interface ToolUse {
  /** Calls that are billed one by one. */
  readonly toolCalls: Readonly<Record<string, number>>;
  /** Whether a tool used a model of its own, which is billed by its own tokens. */
  readonly hasUnlistedParts: boolean;
}

/** What a provider bills for the tools that it ran, by the items of the output and by what the response says of its tools. */
export function toolUseOf(response: unknown, output: readonly unknown[]): ToolUse {
  const used = field(response, 'tool_usage');
  const callsOf = (type: string): unknown[] =>
    output.filter((item) => field(item, 'type') === type && field(item, 'status') !== 'failed');
  const searches = callsOf('web_search_call').filter(isSearch).length;
  const containers = callsOf('code_interpreter_call').map((call) => field(call, 'container_id'));
  return {
    toolCalls: {
      [searchTool(response)]: Math.max(searches, countField(field(used, 'web_search'), 'num_requests') ?? 0),
      file_search: callsOf('file_search_call').length,
      code_interpreter: new Set(containers).size, // each container is billed
    },
    hasUnlistedParts:
      (countField(field(used, 'image_gen'), 'total_tokens') ?? 0) > 0 || callsOf('image_generation_call').length > 0,
  };
}

/** The older search tool has prices of its own. */
function searchTool(response: unknown): string {
  const types = listOf(field(response, 'tools')).map((tool) => String(field(tool, 'type')));
  return types.some((type) => type.startsWith('web_search_preview')) ? 'web_search_preview' : 'web_search';
}

/** Opening a page that a search found is not billed. */
function isSearch(call: unknown): boolean {
  const action = fieldAt(call, 'action', 'type');
  return action === undefined || action === 'search';
}
