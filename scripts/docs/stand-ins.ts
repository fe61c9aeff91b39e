/**
 * What pages say is the reader's own, or has been made in a block above: the type that each name has where a block uses it without
 * making it.
 */
export const STAND_INS: Readonly<Record<string, string>> = {
  agree: '(stored: string, fresh: string) => boolean',
  answer: 'Answer',
  ask: 'Ask',
  askFlash: 'Ask',
  askLarge: 'Ask',
  askMini: 'Ask',
  askSmall: 'Ask',
  askStreaming: '(request: Question) => Promise<AsyncIterable<string>>',
  baseline: '{ step: Ask; model: string }',
  cache: "import('tta-observability-integration/primitives').CachePrimitive<Question, Answer>",
  callAnotherModel: 'Ask',
  callModel: 'Ask',
  chain: "import('@langchain/core/runnables').Runnable<string, string>",
  chat: "import('tta-observability-integration/primitives').TimeoutPrimitive<Question, Answer>",
  context: "import('tta-dev-primitives').WorkflowContext",
  embed: '(text: string) => Promise<number[]>',
  gradeOf: '(text: string | undefined) => Promise<number>',
  input: 'string',
  it: '(title: string, run: () => Promise<unknown>) => void',
  judge:
    '(request: Question, one: string | undefined, other: string | undefined) => Promise<{ answer: number; baseline: number }>',
  lastNumber: '(answer: { readonly text: string | undefined }) => string | undefined',
  lastLine: '(answer: { readonly text: string | undefined }) => string | undefined',
  ledger: "import('tta-observability-integration/llm').SavingsLedger",
  logged: "import('tta-evaluation').RoutingLogPrimitive<Question, Answer>",
  model: '{ modelId: string }',
  question: 'Question',
  request: "Question & import('node:http').IncomingMessage",
  response: "import('node:http').ServerResponse",
  router: 'Ask',
  routes: '{ small: { step: Ask; model: string }; large: { step: Ask; model: string } }',
  schema: '(value: unknown) => boolean',
  store: "import('tta-observability-integration/primitives').CacheStore",
  tenantId: 'string',
  url: 'string',
  weights: 'string',
  workflowContext: "import('tta-dev-primitives').WorkflowContext",
  write: '(chunk: string) => void',
};

/** The types of the stand-ins. */
export const TYPES = `
type Question = { readonly documentId?: string; readonly prompt: string };
type Answer = { readonly text: string };
type Ask = (request: Question, context: { readonly signal: AbortSignal }) => Promise<Answer>;
`;
