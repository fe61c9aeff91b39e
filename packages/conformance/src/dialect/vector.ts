/**
 * One example of a wire format, as JSON that another project could use too: what a provider or its client sends, and what has to be
 * read from it.
 */
export type DialectVector = RequestVector | AnswerVector | StreamVector;

/** A file of vectors. */
export interface DialectVectors {
  /** The name of the dialect that has to recognise every input of the file. */
  readonly dialect: string;
  readonly vectors: readonly DialectVector[];
}

interface NamedVector {
  /** A phrase that says what the input is: `a stream that a limit of tokens cut`. */
  readonly name: string;
  /** The public page or thread that describes such an input. */
  readonly source?: string | undefined;
}

/** A request to a model. */
export interface RequestVector extends NamedVector {
  readonly kind: 'request';
  readonly input: object;
  /** The facts to check; a fact that is left out is not checked, and null stands for undefined. */
  readonly expected: {
    readonly model?: string | null;
    readonly provider?: string | null;
    readonly form?: string;
    /** The request without the fields that do not decide its answer. */
    readonly material?: object;
    readonly keepsServerState?: boolean;
    readonly asksForJson?: boolean;
    readonly person?: readonly unknown[];
    readonly callerKey?: string | null;
    /** The text of the last question. */
    readonly lastQuestion?: string | null;
    readonly prompt?: {
      readonly text?: string;
      readonly characters?: number;
      readonly hasTools?: boolean;
      readonly modalities?: readonly string[];
      readonly maxOutputTokens?: number | null;
    };
  };
}

/** What has to be read from an answer; a part that is left out is not checked, and null stands for undefined. */
export interface ExpectedReading {
  /** Compared as a whole: it has to hold these parts and no others. */
  readonly usage?: object | null;
  readonly model?: string | null;
  readonly id?: string | null;
  readonly finish?: readonly string[];
  readonly finishReasons?: readonly (string | null)[];
  readonly texts?: readonly string[];
  readonly hasToolCalls?: boolean;
  readonly hasRefusal?: boolean;
  readonly isEmpty?: boolean;
  readonly keepsServerState?: boolean;
  /** The parts of the failure to check; null if the answer states none. */
  readonly failure?: {
    readonly code?: string | null;
    readonly message?: string | null;
    readonly status?: number | null;
  } | null;
}

/** A whole answer. */
export interface AnswerVector extends NamedVector {
  readonly kind: 'answer';
  readonly input: object;
  readonly expected: ExpectedReading & {
    /** The chunks that the answer is cut into, with its usage; null if it cannot be cut without loss. */
    readonly chunks?: readonly object[] | null;
  };
}

/** All chunks of one stream. */
export interface StreamVector extends NamedVector {
  readonly kind: 'stream';
  readonly input: readonly unknown[];
  readonly expected: ExpectedReading & {
    /** The whole answer that the chunks make; null if it could only be guessed. */
    readonly whole?: object | null;
    /** For each chunk whether it brings the answer forward. */
    readonly progress?: readonly boolean[];
  };
}
