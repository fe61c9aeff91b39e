// The quick start of Google's SDK, with a small model for short questions and another one when it is down: five lines more.
// Run it with: GEMINI_API_KEY=… node --conditions=tta-source examples/google.ts
import { GoogleGenAI } from '@google/genai';
import { observe } from 'tta-observability-integration/google'; // 1

const ai = new GoogleGenAI({});
observe(ai, {
  routes: { asked: {}, small: { model: 'gemini-2.5-flash-lite' } }, // 2
  strategy: ({ contents }) => (JSON.stringify(contents).length < 200 ? 'small' : 'asked'), // 3
  fallback: true, // 4
}); // 5

const response = await ai.models.generateContent({ model: 'gemini-2.5-pro', contents: 'Say hello in two words.' });
console.log(`${response.text} (by ${response.modelVersion})`);
