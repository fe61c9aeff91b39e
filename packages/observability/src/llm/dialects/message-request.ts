import { field, listOf } from '../fields.ts';

/**
 * Fields that requests of one dialect alone have beside `messages`. Several dialects send their conversation under that name, so the other
 * fields identify the dialect.
 */
const OWNERS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    anthropic_version: 'anthropic',
    anthropic_beta: 'anthropic',
    betas: 'anthropic',
    stop_sequences: 'anthropic',
    container: 'anthropic',
    mcp_servers: 'anthropic',
    context_management: 'anthropic',
    output_config: 'anthropic',
    output_format: 'anthropic',
    inference_geo: 'anthropic',
    modelId: 'bedrock_converse',
    schemaVersion: 'bedrock_converse',
    inferenceConfig: 'bedrock_converse',
    toolConfig: 'bedrock_converse',
    guardrailConfig: 'bedrock_converse',
    additionalModelRequestFields: 'bedrock_converse',
    format: 'ollama',
    keep_alive: 'ollama',
    options: 'ollama',
    think: 'ollama',
    citation_options: 'cohere',
    citationOptions: 'cohere',
    safety_mode: 'cohere',
    safetyMode: 'cohere',
    strict_tools: 'cohere',
    strictTools: 'cohere',
    p: 'cohere',
    k: 'cohere',
  }),
);

/**
 * The dialect of a request that sends its conversation as `messages`: the one that has a field of its own in it, else
 * `openai_chat`, which most providers speak.
 *
 * @returns undefined for a value without a list of messages, and for one that holds its model as an object, as the AI SDK does
 */
export function messageDialectOf(request: unknown): string | undefined {
  if (typeof request !== 'object' || request === null) return undefined;
  const fields = fieldsOf(request);
  const { messages, model, owner } = fields;
  if (!Array.isArray(messages)) return undefined;
  if (typeof model === 'object' && model !== null) return undefined;
  if (owner !== undefined) return owner;
  const name = typeof model === 'string' ? model : '';
  if (isAnthropic(fields, name)) return 'anthropic';
  if (COMMAND.test(name) && !isForGateway(fields)) return 'cohere';
  return hasUntypedBlocks(messages) ? 'bedrock_converse' : 'openai_chat';
}

const CLAUDE = /(^|[./])claude-/;

const COMMAND = /^(command|c4ai)-/;

/** The fields of a request that tell whose it is. */
interface TellingFields {
  messages: unknown;
  model: unknown;
  tools: unknown;
  maxTokens: unknown;
  system: unknown;
  streamOptions: unknown;
  /** The dialect that alone has one of the other fields. */
  owner: string | undefined;
}

/** Goes through the fields that a request has, because every request is asked, by each primitive that reads it. */
function fieldsOf(request: object): TellingFields {
  const fields: TellingFields = {
    messages: undefined,
    model: undefined,
    tools: undefined,
    maxTokens: undefined,
    system: undefined,
    streamOptions: undefined,
    owner: undefined,
  };
  for (const name in request) {
    switch (name) {
      case 'messages':
        fields.messages = field(request, name);
        break;
      case 'model':
        fields.model = field(request, name);
        break;
      case 'tools':
        fields.tools = field(request, name);
        break;
      case 'max_tokens':
        fields.maxTokens = field(request, name);
        break;
      case 'system':
        fields.system = field(request, name);
        break;
      case 'stream_options':
        fields.streamOptions = field(request, name);
        break;
      default:
        fields.owner ??= ownerBy(request, name);
    }
  }
  return fields;
}

/** Anthropic requires `max_tokens`. The AI SDK, whose requests have `system` too, has another name for that limit. */
function isAnthropic(fields: TellingFields, model: string): boolean {
  if (fields.tools !== undefined && field(listOf(fields.tools)[0], 'input_schema') !== undefined) return true;
  if (typeof fields.maxTokens !== 'number') return false;
  return fields.system !== undefined || (CLAUDE.test(model) && !isForGateway(fields));
}

/** A gateway takes chat completions for the same models, with the instructions among the messages. */
function isForGateway({ messages, streamOptions }: TellingFields): boolean {
  return streamOptions !== undefined || field(listOf(messages)[0], 'role') === 'system';
}

/** Bedrock names the model of a request in its URL, and its blocks of content have no `type`. */
function hasUntypedBlocks(messages: readonly unknown[]): boolean {
  const block = listOf(field(messages[0], 'content'))[0];
  return typeof block === 'object' && block !== null && field(block, 'type') === undefined;
}

/** The dialect that alone has some field of a request; undefined for a request of common fields. */
export function ownerOf(request: unknown): string | undefined {
  if (typeof request !== 'object' || request === null) return undefined;
  for (const name of Object.keys(request)) {
    const owner = ownerBy(request, name);
    if (owner !== undefined) return owner;
  }
  return undefined;
}

function ownerBy(request: object, name: string): string | undefined {
  const owner = OWNERS.get(name);
  return owner !== undefined && (field(request, name) ?? null) !== null ? owner : undefined;
}
