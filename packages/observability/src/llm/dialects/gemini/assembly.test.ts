import { GoogleGenAI } from '@google/genai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assembleAnswer, chunksOfAnswer } from '../../assembly.ts';
import { type Answer, collect, Provider } from '../__fixtures__/provider.ts';

const USAGE = { promptTokenCount: 8, candidatesTokenCount: 12, totalTokenCount: 20 };

const SAFE = [{ category: 'HARM_CATEGORY_HARASSMENT', probability: 'NEGLIGIBLE' }];

const whole = (parts: object[], over: object = {}): object => ({
  candidates: [{ content: { parts, role: 'model' }, finishReason: 'STOP', index: 0, ...over }],
  usageMetadata: USAGE,
  modelVersion: 'gemini-2.5-flash',
  responseId: 'r1',
});

const chunk = (parts: object[], over: object = {}): object => ({
  ...whole(parts),
  candidates: [{ content: { parts, role: 'model' }, index: 0, ...over }],
});

const end = { finishReason: 'STOP' };

const cases: Record<string, Answer> = {
  'a text': {
    whole: whole([{ text: 'Hello, wörld' }], { safetyRatings: SAFE }),
    chunks: [
      chunk([{ text: 'Hello' }], { safetyRatings: [] }),
      chunk([{ text: ', wörld' }], { ...end, safetyRatings: SAFE }),
    ],
  },
  'a text whose end comes alone': {
    whole: whole([{ text: 'Hello' }]),
    chunks: [chunk([{ text: 'Hello' }]), chunk([{ text: '' }], end)],
  },
  'signed thoughts': {
    whole: whole([
      { text: 'Let me see.', thought: true },
      { text: 'Yes, it is.', thoughtSignature: 'c2ln' },
    ]),
    chunks: [
      chunk([{ text: 'Let me ', thought: true }]),
      chunk([{ text: 'see.', thought: true }, { text: 'Yes, ' }]),
      chunk([{ text: 'it is.' }]),
      chunk([{ text: '', thoughtSignature: 'c2ln' }], end),
    ],
  },
  'calls of functions': {
    whole: whole([
      { functionCall: { name: 'f', args: { a: 1 } }, thoughtSignature: 'c2ln' },
      { functionCall: { name: 'f', args: { a: 2 } } },
    ]),
    chunks: [
      chunk([{ functionCall: { name: 'f', args: { a: 1 } }, thoughtSignature: 'c2ln' }]),
      chunk([{ functionCall: { name: 'f', args: { a: 2 } } }], end),
    ],
  },
  'code, an image and where it found that': {
    whole: whole(
      [
        { text: 'I compute.' },
        { executableCode: { language: 'PYTHON', code: '1+1' } },
        { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '2' } },
        { text: 'Two.' },
        { inlineData: { mimeType: 'image/png', data: 'AAEC' } },
      ],
      { groundingMetadata: { webSearchQueries: ['q'] } },
    ),
    chunks: [
      chunk([{ text: 'I compute.' }, { executableCode: { language: 'PYTHON', code: '1+1' } }]),
      chunk([{ codeExecutionResult: { outcome: 'OUTCOME_OK', output: '2' } }, { text: 'Two.' }]),
      chunk([{ inlineData: { mimeType: 'image/png', data: 'AAEC' } }], {
        ...end,
        groundingMetadata: { webSearchQueries: ['q'] },
      }),
    ],
  },
};

let provider: Provider;
let gemini: GoogleGenAI;

beforeAll(async () => {
  provider = await Provider.start();
  gemini = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: provider.url } });
});

afterAll(() => provider.stop());

const REQUEST = { model: 'gemini-2.5-flash', contents: 'Hi' };

/** What was said, without the headers of the transport that carried it. */
const said = (answer: object | undefined): object => ({ ...answer, sdkHttpResponse: undefined });

describe.each(Object.entries(cases))('a response of Gemini with %s', (_, answer) => {
  it('as the client streams it assembles to what the client gives whole', async () => {
    provider.answer = answer;
    const chunks = await collect(await gemini.models.generateContentStream(REQUEST));
    expect(said(assembleAnswer(chunks))).toEqual(said(await gemini.models.generateContent(REQUEST)));
  });

  it('as the client gives it whole is streamed such that it assembles to the same again', async () => {
    provider.answer = answer;
    const response = await gemini.models.generateContent(REQUEST);
    provider.answer = { whole: {}, chunks: chunksOfAnswer(response) ?? [] };
    const chunks = await collect(await gemini.models.generateContentStream(REQUEST));
    expect(said(assembleAnswer(chunks))).toEqual(said(response));
  });
});

describe('a response of Gemini is not assembled', () => {
  it.each<[string, object[]]>([
    ['without its end', [chunk([{ text: 'a' }])]],
    ['without its usage', [{ ...chunk([{ text: 'a' }], end), usageMetadata: undefined }]],
    ['from pieces of arguments', [chunk([{ functionCall: { name: 'f', willContinue: true } }], end)]],
    [
      'from grounding that changes on the way',
      [
        chunk([{ text: 'a' }], { groundingMetadata: { a: 1 } }),
        chunk([{ text: 'b' }], { ...end, groundingMetadata: { a: 2 } }),
      ],
    ],
  ])('%s', (_, chunks) => {
    expect(assembleAnswer(chunks)).toBeUndefined();
  });
});
