import type { Dialect } from '../dialect.ts';
import { isLangChainAnswer, isMessageChunk, langChainReader, readLangChain } from './answer.ts';

/**
 * LangChain: messages and chunks of its chat models (live, as plain data and in its stored forms), generations, and results of models.
 *
 * @see https://docs.langchain.com/oss/javascript/langchain/messages
 */
export const LANGCHAIN: Dialect = {
  name: 'langchain',
  answer: {
    is: isLangChainAnswer,
    members: ['lc', 'data', 'content', 'message', 'generations', 'usage', 'raw'],
    read: readLangChain,
  },
  stream: {
    isChunk: isMessageChunk,
    members: ['lc', 'data', 'content', 'message', 'raw'],
    reader: langChainReader,
  },
};
