internal import CPlatform

/// Tells the C library to give large blocks back to the system when they are freed.
///
/// glibc raises the size from which it does so each time such a block is freed, up to 32 MiB; after one midnight's
/// outputs a job would keep several times the memory its accounts need (`bench memory --accounts 20000 --weeks 10`: 8,131
/// bytes resident an account instead of 3,616). Call once, before the first large allocation. Nothing to do elsewhere.
package func returnFreedMemory() { thermocline_return_blocks_from(1_048_576) }
