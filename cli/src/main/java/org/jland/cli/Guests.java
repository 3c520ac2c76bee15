// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Consumer;
import org.jland.vm.GuestResult;
import org.jland.vm.GuestSpec;
import org.jland.vm.KernelEntry;
import org.jland.vm.Rig;

/** What the commands use of the rig, so that their tests need no guest. Thread-safe. */
interface Guests {

  /** See {@link Rig#kernels}. */
  List<KernelEntry> kernels() throws IOException;

  /** See {@link Rig#prepare}. */
  void prepare(GuestSpec spec) throws IOException;

  /** See {@link Rig#run}. */
  GuestResult run(GuestSpec spec, OutputStream out, OutputStream err) throws IOException;

  /** See {@link Rig#shell}. */
  GuestResult shell(GuestSpec spec) throws IOException;

  /** This machine's rig; what takes long is told to {@code progress}. */
  static Guests open(Consumer<String> progress) {
    Rig rig = Rig.open(progress);
    return new Guests() {
      @Override
      public List<KernelEntry> kernels() throws IOException {
        return rig.kernels();
      }

      @Override
      public void prepare(GuestSpec spec) throws IOException {
        rig.prepare(spec);
      }

      @Override
      public GuestResult run(GuestSpec spec, OutputStream out, OutputStream err)
          throws IOException {
        return rig.run(spec, out, err);
      }

      @Override
      public GuestResult shell(GuestSpec spec) throws IOException {
        return rig.shell(spec);
      }
    };
  }
}
