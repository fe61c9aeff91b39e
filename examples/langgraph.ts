// A graph of LangGraph whose model is routed, cached and counted: four lines more.
// Run it with: OPENAI_API_KEY=sk-… node --conditions=tta-source examples/langgraph.ts
import type { AIMessage } from '@langchain/core/messages';
import { END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { ChatOpenAI } from '@langchain/openai';
import { routedChatModel, type TtaMetadata } from 'tta-observability-integration/langchain'; // 1

const models = { small: new ChatOpenAI({ model: 'gpt-4o-mini' }), large: new ChatOpenAI({ model: 'gpt-4o' }) }; // 2
const model = routedChatModel(models, { strategy: () => 'small', baseline: 'large', cache: {} }); // 3, instead of a ChatOpenAI

const graph = new StateGraph(MessagesAnnotation)
  .addNode('answer', async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
  .addEdge(START, 'answer')
  .addEdge('answer', END)
  .compile();

for (const time of ['first', 'second']) {
  const { messages } = await graph.invoke({ messages: [{ role: 'user', content: 'Say hello in two words.' }] });
  const { text, response_metadata } = messages.at(-1) as AIMessage;
  const tta = response_metadata['tta'] as TtaMetadata; // 4
  console.log(`${text} (the ${time} time: ${tta.cacheOutcome}, saved $${tta.savedUsd})`);
}
