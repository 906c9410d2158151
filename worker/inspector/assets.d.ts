/** The generated module `assets.js`: see `build.ts`. */
export interface InspectorAssets {
  /** By name below `/emulator/`. */
  readonly assets: Readonly<Record<string, { readonly type: string; readonly text: string }>>;
}

export declare const assets: InspectorAssets["assets"];
