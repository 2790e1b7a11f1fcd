// One build of the site: what to keep for times without a network. The rest of the worker is the script below.
globalThis.digitjsBuild = {{ offline|safe }};
importScripts("{{ bundle.worker }}");
