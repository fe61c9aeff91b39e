import type { Usage } from '../usage.ts';
import type { Listing } from './listing.ts';

/** The fee of a tool, in US dollars: for each call of it, or once for a request that used it. */
interface ToolFee {
  readonly usd: number;
  readonly per: 'call' | 'request';
}

const FREE: ToolFee = { usd: 0, per: 'call' };

/** The list's rate for each tool, for a thousand calls. */
const LISTED_FEES: Readonly<Record<string, string>> = {
  web_search: 'web_searches_kcount',
  file_search: 'storage_searches_kcount',
};

/** Providers with listed fees of their own. Other providers share the entry of a model, but not the tool fees. */
const HAVE_LISTED_FEES: ReadonlySet<string> = new Set(['anthropic', 'openai', 'openrouter']);

/** Before Gemini 3 a search is charged once for a grounded request, from then on for each query; free quotas are ignored. */
const GOOGLE_SEARCHES: ReadonlySet<string> = new Set(['google_search', 'google_search_retrieval', 'web_search']);

/** @see https://docs.x.ai/developers/pricing */
const XAI_FEES: ReadonlyMap<string, number> = new Map([
  ['web_search', 0.005],
  ['x_search', 0.005],
  ['code_execution', 0.005],
  ['code_interpreter', 0.005],
  ['attachment_search', 0.01],
  ['collections_search', 0.0025],
  ['file_search', 0.0025],
]);

/** Models with searches that also cost a fixed block of tokens, which no usage counts. */
const SEARCHES_IN_BLOCKS: ReadonlySet<string> = new Set(['gpt-4o-mini', 'gpt-4.1-mini']);

const FEES: Readonly<Record<string, (tool: string, model: string) => ToolFee | undefined>> = {
  anthropic: (tool) => (tool === 'web_fetch' ? FREE : undefined),
  google: googleFee,
  openai: (tool, model) => (tool === 'web_search_preview' ? previewFee(model) : undefined),
  'x-ai': (tool) => {
    const usd = XAI_FEES.get(tool);
    return usd === undefined ? undefined : { usd, per: 'call' };
  },
};

/**
 * The fees of the tools that the provider ran. No service tier discounts them.
 *
 * @returns US dollars, or null if the fee of a tool is unknown
 */
export function toolFees(listing: Listing, calls: Usage['toolCalls']): number | null {
  if (calls === undefined) return 0;
  let usd = 0;
  for (const [tool, count] of Object.entries(calls)) {
    if (count === 0) continue;
    const fee = feeOf(listing, tool);
    if (fee === undefined || !(count > 0)) return null;
    usd += fee.per === 'request' ? fee.usd : fee.usd * count;
  }
  return usd;
}

function feeOf({ provider, model, prices }: Listing, tool: string): ToolFee | undefined {
  if (tool === 'web_search' && SEARCHES_IN_BLOCKS.has(model)) return undefined;
  const key = HAVE_LISTED_FEES.has(provider) && Object.hasOwn(LISTED_FEES, tool) ? LISTED_FEES[tool] : undefined;
  const listed = key === undefined ? undefined : prices[key];
  return typeof listed === 'number' ? { usd: listed / 1_000, per: 'call' } : FEES[provider]?.(tool, model);
}

/** The older search of OpenAI costs more for models that do not reason, and the tokens of its results are free. */
function previewFee(model: string): ToolFee {
  return { usd: model.startsWith('gpt-4') ? 0.025 : 0.01, per: 'call' };
}

/** @see https://ai.google.dev/gemini-api/docs/pricing */
function googleFee(tool: string, model: string): ToolFee | undefined {
  if (!model.startsWith('gemini-')) return undefined;
  if (tool === 'url_context' || tool === 'code_execution') return FREE;
  // From Gemini 3 on maps are charged by the query, and answers do not tell how many there were.
  if (tool === 'google_maps') return model.startsWith('gemini-2.5-') ? { usd: 0.025, per: 'request' } : undefined;
  if (!GOOGLE_SEARCHES.has(tool)) return undefined;
  return /^gemini-[12]\./.test(model) ? { usd: 0.035, per: 'request' } : { usd: 0.014, per: 'call' };
}
