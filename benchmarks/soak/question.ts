/** What is asked: the same few prompts by many tenants. */
export interface Question {
  readonly model: string;
  readonly stream: boolean;
  readonly messages: readonly { readonly role: 'user'; readonly content: string }[];
}
