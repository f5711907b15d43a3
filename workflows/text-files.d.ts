// SPDX-License-Identifier: Apache-2.0
// Types of files that are imported as their text, see workers/text-files.mjs.
declare module '*.sh' {
  const text: string;
  export default text;
}
declare module '*.py' {
  const text: string;
  export default text;
}
declare module '*.go' {
  const text: string;
  export default text;
}
declare module '*.txt' {
  const text: string;
  export default text;
}

declare module '*.pem' {
  const text: string;
  export default text;
}
