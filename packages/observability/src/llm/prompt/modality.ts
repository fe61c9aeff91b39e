/** What a prompt may hold. */
export type Modality = 'text' | 'image' | 'audio' | 'video' | 'file';

/** Shared by all prompts of text alone. */
export const TEXT_ONLY: ReadonlySet<Modality> = new Set<Modality>(['text']);
