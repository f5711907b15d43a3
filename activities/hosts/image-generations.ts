// SPDX-License-Identifier: Apache-2.0
// The images of one recipe: the first, and those built after it of newer packages. Builds none.
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { imagesFolder } from './box-image.ts';

/** The first image of a recipe; of the others a point and a number follow. */
export function imageDirectory(cacheDirectory: string, recipe: string): string {
  return join(cacheDirectory, imagesFolder, recipe);
}

/** True once a build ended well: its last act makes this file. */
export function isComplete(directory: string): Promise<boolean> {
  return access(join(directory, 'complete')).then(
    () => true,
    () => false,
  );
}

async function numbersOf(cacheDirectory: string, recipe: string): Promise<number[]> {
  const names = await readdir(join(cacheDirectory, imagesFolder)).catch(() => []);
  const whole = await Promise.all(
    names.map(async (name) => {
      if (name !== recipe && !name.startsWith(`${recipe}.`)) return [];
      const number = name === recipe ? 0 : Number(name.slice(recipe.length + 1));
      const isWhole = Number.isInteger(number) && (await isComplete(imageDirectory(cacheDirectory, name)));
      return isWhole ? [number] : [];
    }),
  );
  return whole.flat();
}

const nameOf = (recipe: string, number: number): string => (number === 0 ? recipe : `${recipe}.${number}`);

/** The newest whole image of a recipe; where none is whole, the folder of the first. */
export async function newestImage(cacheDirectory: string, recipe: string): Promise<string> {
  const numbers = await numbersOf(cacheDirectory, recipe);
  return imageDirectory(cacheDirectory, nameOf(recipe, Math.max(0, ...numbers)));
}

/** Where the image after the newest whole one is built: the same folder until it is whole. */
export async function nextImage(cacheDirectory: string, recipe: string): Promise<string> {
  const numbers = await numbersOf(cacheDirectory, recipe);
  return imageDirectory(cacheDirectory, nameOf(recipe, Math.max(-1, ...numbers) + 1));
}
