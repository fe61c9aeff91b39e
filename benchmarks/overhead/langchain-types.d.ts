/** The part of LangChain that is measured; the types of the package do not compile under this project's options. */
interface Runnable {
  pipe(next: Runnable): Runnable;
  invoke(input: number): Promise<number>;
}

export const RunnableLambda: { from(work: (input: number) => Promise<number>): Runnable };
