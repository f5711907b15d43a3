// SPDX-License-Identifier: Apache-2.0
// The program in front of Temporal's web UI: `ui.js STATE`. Reads the token from the state directory, never from its words.
import './own-surroundings.ts';
import { EMBEDDED_HOST, readTemporalPorts } from './embedded/temporal/ports.ts';
import { overviewPage } from './embedded/ui/overview.ts';
import { changePackages } from './embedded/ui/package-list.ts';
import { uiServer } from './embedded/ui/proxy.ts';
import { readUiToken } from './embedded/ui/token.ts';

const [stateDirectory = ''] = process.argv.slice(2);
const ports = await readTemporalPorts(stateDirectory);
if (ports === undefined) throw new Error(`No ports are chosen in ${stateDirectory}; run: holdfast up`);

uiServer({
  port: ports.uiPort,
  serverUiPort: async () => (await readTemporalPorts(stateDirectory))?.serverUiPort,
  token: () => readUiToken(stateDirectory),
  page: () => overviewPage(stateDirectory),
  changePackages: (change) => changePackages(stateDirectory, change),
}).listen(ports.uiPort, EMBEDDED_HOST);
