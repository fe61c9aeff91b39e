export { type BedrockOptions, observe } from './observe.ts';
