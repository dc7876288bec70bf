package io.outrigger.proxy;

import io.outrigger.admin.Controls;
import io.outrigger.admin.ReloadView;
import java.util.function.Consumer;

/** What the admin port can have the proxy do. Immutable. */
record ProxyControls(Proxy proxy) implements Controls {
    @Override
    public void reload(Consumer<ReloadView> then) {
        proxy.reload(then);
    }

    @Override
    public void drain() {
        proxy.drain();
    }
}
