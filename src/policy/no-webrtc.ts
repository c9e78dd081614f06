// Takes peer connections out of the page before anything else runs. They are the one way to another computer that a
// content security policy does not bar: browsers do not know its directive for them. A viewer has no use for any.

const constructors = ['RTCPeerConnection', 'webkitRTCPeerConnection', 'mozRTCPeerConnection'];

for (const name of constructors) Reflect.deleteProperty(globalThis, name);
