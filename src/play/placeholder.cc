namespace peregrine::play {}
